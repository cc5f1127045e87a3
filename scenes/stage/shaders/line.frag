#version 330
in vec4 v_colour;
in vec2 v_across;
uniform float u_opacity;
out vec4 f_colour;

void main() {
    float coverage = clamp(v_across.y + 0.5 - abs(v_across.x), 0.0, 1.0);
    f_colour = vec4(v_colour.rgb, 1.0) * (v_colour.a * u_opacity * coverage);
}
