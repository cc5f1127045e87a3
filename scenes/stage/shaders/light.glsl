// One light for everything on the stage: a soft sky, and a key light that stands left of the eye.
uniform vec3 u_to_eye;
uniform vec3 u_key;
uniform vec3 u_shade;      // the colour that shadows lean towards
uniform float u_ambient;

vec3 lit(vec3 colour, vec3 normal, float gloss) {
    float key = 0.5 + 0.5 * dot(normal, u_key);
    float light = u_ambient + (1.0 - u_ambient) * key * key;
    vec3 half_way = normalize(u_key + u_to_eye);
    float shine = pow(max(dot(normal, half_way), 0.0), 40.0) * gloss;
    return mix(u_shade, colour, light) + shine;
}
