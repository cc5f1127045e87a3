#version 330
// The floor: a grid of the axes' ticks, and the surface's iso-lines as a map.
in vec2 v_xy;
uniform vec3 u_form2;
uniform vec3 u_form1;
out vec4 f_colour;
//include map.glsl

void main() {
    float v = u_form2.x * v_xy.x * v_xy.x + u_form2.y * v_xy.x * v_xy.y
            + u_form2.z * v_xy.y * v_xy.y + dot(u_form1, vec3(v_xy, 1.0));
    f_colour = floor_map(v_xy, v);
}
