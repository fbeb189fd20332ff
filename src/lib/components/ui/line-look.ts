// How a line of a chart looks, in the chart and in its legend.

export interface LineLook {
  readonly label: string;
  /** A CSS colour from the tokens. */
  readonly colour: string;
  readonly dashed: boolean;
}
