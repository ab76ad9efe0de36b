/** The parts of a type, at any depth. */
type Parts<T> = T extends (...input: never[]) => unknown
  ? T
  : T extends readonly (infer E)[]
    ? readonly Parts<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Parts<T[K]> }
      : T;

/** Returns an object from the parts that the tested code reads. They must agree with the type. */
export const partOf = <T>(parts: NoInfer<Parts<T>>): T => parts as unknown as T;
