#version 330
// Colour, light and iso-height lines come from the form itself, not from the mesh:
// they are as smooth as the screen allows, whatever the mesh.
in vec2 v_xy;
uniform vec3 u_form2;
uniform vec3 u_form1;
uniform vec3 u_height;
uniform vec2 u_cut;
uniform sampler2D u_ramp;
uniform float u_ramp_last; // number of the last colour of the ramp
uniform vec4 u_line;       // colour and strength of the iso-lines
uniform float u_levels;    // iso-lines between v = 0 and v = 1
uniform float u_weight;    // line width in pixels
uniform float u_opacity;
out vec4 f_colour;
uniform vec3 u_to_eye;
//include light.glsl

void main() {
    float v = u_form2.x * v_xy.x * v_xy.x + u_form2.y * v_xy.x * v_xy.y
            + u_form2.z * v_xy.y * v_xy.y + dot(u_form1, vec3(v_xy, 1.0));
    vec2 slope = vec2(2.0 * u_form2.x * v_xy.x + u_form2.y * v_xy.y,
                      2.0 * u_form2.z * v_xy.y + u_form2.y * v_xy.x) + u_form1.xy;
    slope *= 2.0 * u_height.y * u_height.z;
    vec3 normal = normalize(vec3(-slope, 1.0));
    bool outside = dot(normal, u_to_eye) < 0.0;
    if (outside) normal = -normal;

    float level = v * u_levels;
    float pixel = max(fwidth(level), 1e-6);
    float line = 1.0 - smoothstep(0.5 * u_weight - 0.5, 0.5 * u_weight + 0.5,
                                  abs(fract(level - 0.5) - 0.5) / pixel);
    line *= 1.0 - smoothstep(0.25, 0.5, pixel);          // too dense to be lines: let them go
    float rim = 1.0 - smoothstep(u_weight - 0.5, u_weight + 0.5,
                                 abs(u_cut.y - v) / max(fwidth(v), 1e-7));

    vec3 colour = texelFetch(u_ramp, ivec2(clamp(v, 0.0, 1.0) * u_ramp_last, 0), 0).rgb;
    colour = lit(colour, normal, outside ? 0.0 : 0.16);
    if (outside) colour = mix(colour, u_shade, 0.5);
    colour = mix(colour, u_line.rgb, u_line.a * line);
    colour = mix(colour, u_line.rgb, 0.85 * rim);
    f_colour = vec4(colour, 1.0) * u_opacity;
}
