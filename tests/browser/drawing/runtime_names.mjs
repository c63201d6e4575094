/** Write the names that the runtime implements. */
const { $, NDArray, Dict, textMethods, numberMethods, tupleMethods, listMethods } = await import(process.argv[2]);

const members = (...objects) => objects.flatMap((object) => Object.getOwnPropertyNames(object));
const names = {
  $: Object.keys($),
  in_place: Object.keys($.in_place),
  primitive: [textMethods, numberMethods, tupleMethods, listMethods].flatMap(Object.keys),
  object: members(
    NDArray.prototype,
    $.libraries.numpy.zeros([1], $.libraries.numpy.uint8),
    Dict.prototype,
    $.libraries.numpy.minimum,
    $.libraries.hashlib.sha256(new Uint8Array(1)),
    $.libraries.re.compile("a"),
    $.bytes,
    $.dict,
    $.int,
    $.named_tuple({ name: "Named", fields: [["first"]] }),
    Object.getPrototypeOf($.named_tuple({ name: "Named", fields: [["first"]] })(1)),
  ),
};
for (const [name, library] of Object.entries($.libraries)) {
  names[name] = Object.keys(library);
}
process.stdout.write(JSON.stringify(names));
