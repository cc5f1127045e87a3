#version 330
// A triangle that covers the picture: a surface is found along the ray through each pixel.
in vec2 in_uv;
uniform mat3 u_rays;
uniform mat4 u_clip;
out vec3 v_ray;            // from the eye to the plane through the middle of the stage that faces it
flat out float v_deep;     // how much that way adds to z in clip space; to w it adds 1

void main() {
    v_ray = u_rays * vec3(in_uv, 1.0);
    v_deep = (u_clip * vec4(v_ray, 0.0)).z;
    gl_Position = vec4(in_uv, 0.0, 1.0);
}
