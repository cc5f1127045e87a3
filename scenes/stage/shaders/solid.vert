#version 330
// Balls (one mesh, many instances) and tubes (one instance at the origin, scale 1).
in vec3 in_position;
in vec3 in_normal;
in vec4 in_place;          // centre and radius
in vec4 in_colour;
uniform mat4 u_clip;
out vec3 v_normal;
out vec4 v_colour;

void main() {
    v_normal = in_normal;
    v_colour = in_colour;
    gl_Position = u_clip * vec4(in_place.xyz + in_place.w * in_position, 1.0);
}
