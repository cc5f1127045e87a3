#version 330
in vec3 v_normal;
in vec4 v_colour;
uniform float u_opacity;
out vec4 f_colour;
//include light.glsl

void main() {
    vec3 colour = lit(v_colour.rgb, normalize(v_normal), 0.45);
    f_colour = vec4(colour, 1.0) * (v_colour.a * u_opacity);
}
