#version 330
// A mesh of heights that are known at its vertices.
in vec2 in_uv;
in vec3 in_height;         // v, and its slopes along x and y
uniform mat4 u_clip;
uniform float u_mesh;      // half the side of the floor
uniform vec3 u_height;     // z at v = 1/2, half the box, flip in [-1, 1]
out vec2 v_xy;
out float v_value;
out vec2 v_slope;

void main() {
    v_xy = in_uv * u_mesh;
    v_value = in_height.x;
    v_slope = in_height.yz * (2.0 * u_height.y * u_height.z);
    vec3 place = vec3(v_xy, u_height.x + u_height.y * u_height.z * (2.0 * v_value - 1.0));
    gl_Position = u_clip * vec4(place, 1.0);
}
