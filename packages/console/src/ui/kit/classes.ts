/** Joins class names, without those that do not apply. */
export const joinClasses = (...names: readonly (string | false | undefined)[]): string => names.filter(Boolean).join(" ");
