#version 330
// A height field: between its vertices, heights and slopes are those of the mesh.
in vec2 v_xy;
in float v_value;
in vec2 v_slope;
out vec4 f_colour;
//include skin.glsl

void main() {
    bool outside = gl_FrontFacing;  // pictures are drawn top-down: what faces up counts as back
    vec3 normal = normalize(vec3(-v_slope, 1.0));
    if (outside) normal = -normal;
    // Where it folds, several samples a pixel make the edge soft.
    f_colour = skin(v_xy, v_value, normal, outside, 1.0);
}
