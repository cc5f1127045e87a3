#version 330
// The height is exact at every vertex: a quadratic form in the stage's own x and y.
in vec2 in_uv;
uniform mat4 u_clip;
uniform float u_mesh;      // half the side of the mesh, a little more than that of the floor
uniform vec3 u_form2;      // xx, xy, yy
uniform vec3 u_form1;      // x, y, 1
uniform vec3 u_height;     // z at v = 1/2, half the box, flip in [-1, 1]
uniform float u_sag;       // lowers the mesh, so that its flat triangles enclose the surface
uniform vec2 u_wide;       // lowest and highest v that the mesh reaches
out vec2 v_xy;
out float v_z;
out float gl_ClipDistance[2];

void main() {
    vec2 xy = in_uv * u_mesh;
    float v = u_form2.x * xy.x * xy.x + u_form2.y * xy.x * xy.y + u_form2.z * xy.y * xy.y
            + dot(u_form1, vec3(xy, 1.0));
    gl_ClipDistance[0] = u_wide.y - v;
    gl_ClipDistance[1] = v - u_wide.x;
    v_xy = xy;
    v_z = u_height.x + u_height.y * u_height.z * (2.0 * v - 1.0) - u_sag;
    gl_Position = u_clip * vec4(xy, v_z, 1.0);
}
