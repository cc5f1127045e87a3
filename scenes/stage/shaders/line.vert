#version 330
// A segment as a ribbon of constant width on the screen.
in vec2 in_corner;         // 0 or 1 along, -1 or 1 across
in vec3 in_from;
in vec3 in_to;
in vec4 in_colour;
in float in_width;         // pixels
uniform mat4 u_clip;
uniform vec2 u_pixels;
out vec4 v_colour;
out vec2 v_across;          // pixels from the middle of the line, and half its width

void main() {
    vec4 a = u_clip * vec4(in_from, 1.0);
    vec4 b = u_clip * vec4(in_to, 1.0);
    vec2 along = (b.xy / b.w - a.xy / a.w) * u_pixels;
    along /= max(length(along), 1e-6);
    vec4 end = mix(a, b, in_corner.x);
    float side = in_corner.y * (in_width + 2.0);
    end.xy += vec2(-along.y, along.x) * side / u_pixels * end.w;
    v_across = vec2(0.5 * side, 0.5 * in_width);
    v_colour = in_colour;
    gl_Position = end;
}
