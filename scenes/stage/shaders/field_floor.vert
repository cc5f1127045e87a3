#version 330
// The mesh of a height field, laid flat: the floor with its map.
in vec2 in_uv;
in float in_height;
uniform mat4 u_clip;
uniform float u_mesh;
uniform float u_z;
out vec2 v_xy;
out float v_value;

void main() {
    v_xy = in_uv * u_mesh;
    v_value = in_height;
    gl_Position = u_clip * vec4(v_xy, u_z, 1.0);
}
