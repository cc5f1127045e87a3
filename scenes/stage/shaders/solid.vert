#version 330
// Balls (one mesh, many instances) and tubes (one instance at the origin, scale 1).
in vec3 in_position;
in vec3 in_normal;
in vec4 in_place;          // centre and radius
in vec4 in_colour;
in float in_radius;        // of the ball, or of the tube
uniform mat4 u_clip;
out vec3 v_normal;
out vec3 v_place;
out vec4 v_colour;
out float v_radius;

void main() {
    v_normal = in_normal;
    v_colour = in_colour;
    v_radius = in_radius;
    v_place = in_place.xyz + in_place.w * in_position;
    gl_Position = u_clip * vec4(v_place, 1.0);
}
