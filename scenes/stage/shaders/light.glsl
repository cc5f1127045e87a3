// One light for everything on the stage: a soft sky, and a key light that stands left of the eye.
uniform vec3 u_key;
uniform vec3 u_half_way;   // between the key light and the eye
uniform vec3 u_shade;      // the colour that shadows lean towards
uniform float u_ambient;

vec3 lit(vec3 colour, vec3 normal, float gloss) {
    float key = 0.5 + 0.5 * dot(normal, u_key);
    float light = u_ambient + (1.0 - u_ambient) * key * key;
    float shine = max(dot(normal, u_half_way), 0.0);
    shine *= shine; shine *= shine; shine *= shine; shine *= shine; shine *= shine;  // to the 32nd
    return mix(u_shade, colour, light) + shine * gloss;
}
