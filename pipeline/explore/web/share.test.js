import assert from "node:assert/strict";
import { test } from "node:test";

import { quoted } from "./share.js";

test("words of a command are quoted where a shell would take them apart", () => {
  const words = ["data.csv", "a b", "it's", "$(rm)", "lam=1&x=2", "", "π"];
  const wanted = ["data.csv", "'a b'", "'it'\"'\"'s'", "'$(rm)'", "'lam=1&x=2'", "''", "'π'"];
  assert.deepEqual(words.map(quoted), wanted);
});
