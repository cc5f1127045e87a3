#version 330
in vec2 v_xy;
in float v_value;
out vec4 f_colour;
//include map.glsl

void main() {
    f_colour = floor_map(v_xy, v_value);
}
