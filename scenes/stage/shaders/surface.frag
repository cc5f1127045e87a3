#version 330
// A quadratic surface, found along the ray through the pixel as a root of a quadratic equation. Place,
// depth, colour, light, iso-lines and edges are as exact as the screen allows.
in vec3 v_ray;
flat in float v_deep;
uniform vec3 u_form2;      // xx, xy, yy
uniform vec3 u_form1;      // x, y, 1
uniform vec3 u_height;     // z at v = 1/2, half the box, flip in [-1, 1]
uniform vec3 u_eye;
uniform float u_scale;     // pixels a stage unit
uniform float u_side;      // what is drawn: 1 where it is seen from above, -1 from below
out vec4 f_colour;
//include skin.glsl

// Half the slope of the quadratic part.
vec2 bend(vec2 xy) {
    return vec2(u_form2.x * xy.x + 0.5 * u_form2.y * xy.y, u_form2.z * xy.y + 0.5 * u_form2.y * xy.x);
}

void main() {
    // Where the ray meets the surface: a t² + b t + c = 0, with t = 0 in the middle of the stage.
    vec3 from = u_eye + v_ray;
    float stretch = 2.0 * u_height.y * u_height.z;
    vec2 here = bend(from.xy), along = bend(v_ray.xy);
    float a = stretch * dot(along, v_ray.xy);
    float b = stretch * dot(2.0 * here + u_form1.xy, v_ray.xy) - v_ray.z;
    float c = stretch * (dot(here + u_form1.xy, from.xy) + u_form1.z - 0.5) + u_height.x - from.z;
    float roots = b * b - 4.0 * a * c;
    // Of the two points, the one on this side: going down through the surface if it is seen from above.
    float root = sqrt(max(roots, 0.0)) * u_side;
    bool far = b * root >= 0.0;
    float t = (far ? -2.0 * c : root - b) / (far ? b + root : 2.0 * a);
    gl_FragDepth = 0.5 * v_deep * t / (1.0 + t) + 0.5;

    vec2 xy = from.xy + t * v_ray.xy;
    vec2 half_slope = here + t * along;
    float v = dot(half_slope + u_form1.xy, xy) + u_form1.z;
    vec2 slope = stretch * (2.0 * half_slope + u_form1.xy);
    float upright = inversesqrt(1.0 + dot(slope, slope));
    vec3 normal = vec3(-slope, 1.0) * (upright * u_side);

    // The surface turns away from the eye where the two roots meet; in pixels from there:
    float fold = 0.25 * roots * u_scale * upright / max(abs(a), 1e-6);
    f_colour = skin(xy, v, normal, u_side < 0.0, fold);
}
