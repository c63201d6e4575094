/** All that translated code uses, under one name: ``$.add(a, b)``. */

import { assign, builtinFunctions, get, len, repr, str, truth, unpack } from "./builtins.js";
import { bound, cache, call, call_method, fn, keywordsOf } from "./calls.js";
import { dataclass, named_tuple, plain_class } from "./classes.js";
import { comparisons, is_in, not_in } from "./comparison.js";
import { iterate, List, list, tuple } from "./containers.js";
import { AssertionError, exception, refuse } from "./errors.js";
import { all, any, enumerate, map, max, min, next, range, sorted, sum, zip } from "./iteration.js";
import { libraries } from "./libraries.js";
import { in_place, invert, negative, operators } from "./operators.js";
import { format } from "./text.js";

export const $ = {
  ...builtinFunctions,
  ...comparisons,
  ...operators,
  AssertionError,
  List,
  all,
  any,
  assign,
  bound,
  cache,
  call,
  call_method,
  dataclass,
  entries: (/** @type {import("./containers.js").Dict} */ dict) => dict.items(),
  enumerate,
  exception,
  fn,
  format,
  get,
  in_place,
  invert,
  is_in,
  iterate,
  keywords: keywordsOf,
  len,
  libraries,
  list,
  map,
  max,
  min,
  named_tuple,
  negative,
  next,
  not_in,
  plain_class,
  range,
  refuse,
  repr,
  sorted,
  str,
  sum,
  truth,
  tuple,
  unpack,
  zip,
};
