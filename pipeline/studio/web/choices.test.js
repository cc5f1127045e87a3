import assert from "node:assert/strict";
import test from "node:test";
import { command, listed, quoted } from "./choices.js";

test("names of columns come back as they were listed", () => {
  const names = ["A", "B, second", 'the "third"', " d ", "ω"];
  assert.deepEqual(listed(names.map(quoted).join(",")), names);
  assert.deepEqual(listed("GNP,Year"), ["GNP", "Year"]);
  assert.deepEqual(listed(""), []);
});

test("the command is one that a shell reads as the words", () => {
  const words = ["bowl", "--quality", "draft", "--title", "Ada's film", "--data", "my data.csv"];
  assert.equal(
    command(words),
    "python render.py film bowl --title 'Ada'\\''s film' --data 'my data.csv'",
  );
  assert.equal(command(["--quality", "720p"]), "python render.py film --quality 720p");
});
