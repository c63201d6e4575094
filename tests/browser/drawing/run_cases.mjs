/** Run the cases of a program, and write what each returns or the name of the error it throws. */
const { $, program, plainValue, NDArray } = await import(process.argv[2]);

function written(value) {
  if (value instanceof NDArray && value.ndim === 0) {
    return value.item();
  }
  if (value instanceof NDArray) {
    return { dtype: value.dtype.name, elements: plainValue(value.tolist()) };
  }
  if (Array.isArray(value)) {
    return Array.from(value, written);
  }
  if (value !== null && typeof value === "object" && typeof value.items === "function") {
    return value.items().map(written);
  }
  if (value !== null && typeof value === "object") {
    return $.list(value).map(written);
  }
  return value;
}

const results = {};
for (const table of ["CASES", "REFUSED"]) {
  for (const [name, run] of program[table].items()) {
    try {
      results[name] = written(run());
    } catch (error) {
      results[name] = { error: error.name, message: error.message };
    }
  }
}
process.stdout.write(JSON.stringify(results));
