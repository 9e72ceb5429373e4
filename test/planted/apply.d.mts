/** A fault to be planted: in `file`, `to` in the place of `from`; `suites` have to notice. */
export interface Fault {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Files of tests, or `simulate`. */
  readonly suites: readonly string[];
}
export function planted(source: string, fault: Fault): string;
