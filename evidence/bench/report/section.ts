export interface Plot {
  /** Of the file, beside the page. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly plots: readonly Plot[];
}
