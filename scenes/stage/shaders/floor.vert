#version 330
in vec2 in_uv;
uniform mat4 u_clip;
uniform float u_reach;
uniform float u_z;
out vec2 v_xy;

void main() {
    v_xy = in_uv * u_reach;
    gl_Position = u_clip * vec4(v_xy, u_z, 1.0);
}
