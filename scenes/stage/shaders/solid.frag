#version 330
in vec3 v_normal;
in vec3 v_place;
in vec4 v_colour;
in float v_radius;
uniform vec3 u_eye;
uniform float u_scale;     // pixels a stage unit
uniform float u_opacity;
out vec4 f_colour;
//include light.glsl

void main() {
    vec3 normal = normalize(v_normal);
    vec3 colour = lit(v_colour.rgb, normal, 0.45);
    float facing = dot(normal, normalize(u_eye - v_place));
    // A ball that is large enough to have one has a dark rim, so that it stands out from any surface.
    float rim = smoothstep(0.62, 0.5, facing) * step(0.08, v_radius);
    colour = mix(colour, u_shade, 0.85 * rim);
    float coverage = clamp(0.5 * v_radius * facing * facing * u_scale, 0.0, 1.0);
    f_colour = vec4(colour, 1.0) * (v_colour.a * u_opacity * coverage);
}
