/** Something wrong in a contract, with where: `reject[0].when.in[1]`. Values are repeated only where they can't be a secret. */
export interface ContractProblem {
  readonly path: string;
  readonly problem: string;
}

export type Report = (path: string, problem: string) => void;

export function inside(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}
