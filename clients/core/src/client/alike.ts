/** Whether two plain values say the same, field by field: who shows them need not show them again. */
export function alike<T extends object>(one: T | undefined, other: T | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const fields = Object.keys(one) as (keyof T)[];
  return fields.length === Object.keys(other).length && fields.every((field) => one[field] === other[field]);
}

/** The same of lists, in their order. */
export function allAlike<T extends object>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((one, nth) => alike(one, others[nth]));
}
