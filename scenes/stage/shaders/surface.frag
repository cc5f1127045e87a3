#version 330
// The surface is a quadratic, so the point of it that a pixel shows is a root: the mesh only says
// where to look. Place, depth, colour, light, iso-lines and edges are as exact as the screen allows.
in vec2 v_xy;
in float v_z;
uniform vec3 u_form2;      // xx, xy, yy
uniform vec3 u_form1;      // x, y, 1
uniform vec3 u_height;     // z at v = 1/2, half the box, flip in [-1, 1]
uniform vec3 u_eye;
uniform float u_scale;     // pixels a stage unit
uniform mat4 u_clip;
out vec4 f_colour;
//include skin.glsl

float value(vec2 xy) {
    return u_form2.x * xy.x * xy.x + u_form2.y * xy.x * xy.y + u_form2.z * xy.y * xy.y
         + dot(u_form1, vec3(xy, 1.0));
}

vec2 slope_at(vec2 xy, float stretch) {
    return stretch * (vec2(2.0 * u_form2.x * xy.x + u_form2.y * xy.y,
                           2.0 * u_form2.z * xy.y + u_form2.y * xy.x) + u_form1.xy);
}

void main() {
    // Where the ray from the eye through the mesh's point meets the surface: a t² + b t + c = 0.
    vec3 ray = vec3(v_xy, v_z) - u_eye;
    float stretch = 2.0 * u_height.y * u_height.z;
    float a = stretch * (u_form2.x * ray.x * ray.x + u_form2.y * ray.x * ray.y
                         + u_form2.z * ray.y * ray.y);
    float b = dot(slope_at(v_xy, stretch), ray.xy) - ray.z;
    float c = u_height.x + stretch * (value(v_xy) - 0.5) - v_z;
    float roots = b * b - 4.0 * a * c;
    // Of the two points, the one on the side that the triangle shows: going down through the
    // surface if it is seen from above. (Pictures are drawn top-down: what faces up counts as back.)
    bool outside = gl_FrontFacing;
    float root = sqrt(max(roots, 0.0)) * (outside ? -1.0 : 1.0);
    float t = b * root >= 0.0 ? -2.0 * c / (b + root) : (root - b) / (2.0 * a);
    vec2 xy = v_xy + t * ray.xy;
    vec4 there = u_clip * vec4(xy, v_z + t * ray.z, 1.0);
    gl_FragDepth = 0.5 * there.z / there.w + 0.5;

    float v = value(xy);
    vec2 slope = slope_at(xy, stretch);
    float upright = inversesqrt(1.0 + dot(slope, slope));
    vec3 normal = vec3(-slope, 1.0) * upright;
    if (outside) normal = -normal;

    // The surface turns away from the eye where the two roots meet; in pixels from there:
    float fold = 0.25 * roots * u_scale * upright / max(abs(a), 1e-6);
    f_colour = skin(xy, v, normal, outside, fold);
}
