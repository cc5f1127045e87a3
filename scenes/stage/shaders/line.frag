#version 330
in vec4 v_colour;
uniform float u_opacity;
out vec4 f_colour;

void main() {
    f_colour = vec4(v_colour.rgb, 1.0) * (v_colour.a * u_opacity);
}
