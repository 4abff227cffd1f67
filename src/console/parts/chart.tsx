/** @jsxImportSource preact */
/** Numbers over time as bars, drawn here: each says its time and number, and all of them stand in a table beside it. */
import type { Visit } from "../visit.ts";
import { COLON } from "../words/languages.ts";
import { Time, timeText } from "./time.tsx";

export interface Bar {
  /** When its span began, milliseconds since 1970. */
  readonly at: number;
  /** At least 0; undefined: nobody knows. */
  readonly value: number | undefined;
}

export interface ChartProps {
  /** Names the chart among all that there are. */
  readonly id: string;
  readonly title: string;
  readonly bars: readonly Bar[];
  /** How a number is written. */
  readonly text: (value: number) => string;
  /** Above the times, and where nobody knows. */
  readonly words: {
    readonly time: string;
    readonly unknown: string;
    readonly numbers: string;
    most(value: string): string;
  };
  readonly visit: Pick<Visit, "language" | "zone">;
}

/** Of the picture, in units of its own: it is as wide as there is room. */
const HEIGHT = 100;
const WIDTH_OF_BAR = 10;
const GAP = 1;
/** A number that is not 0 is seen. */
const LEAST = 2;

export function Chart({ id, title, bars, text, words, visit }: ChartProps) {
  const most = Math.max(0, ...bars.flatMap(({ value }) => value ?? []));
  const said = (value: number | undefined) => (value === undefined ? words.unknown : text(value));
  return (
    <figure id={id} class="chart">
      <figcaption>
        {title} <span class="quiet">{words.most(text(most))}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${bars.length * WIDTH_OF_BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={title + COLON[visit.language] + words.most(text(most))}
      >
        {bars.map(({ at, value }, index) => (
          <BarShape index={index} value={value} most={most}>
            {`${timeText(at, visit.language, visit.zone)}${COLON[visit.language]}${said(value)}`}
          </BarShape>
        ))}
      </svg>
      <Ends bars={bars} visit={visit} />
      <details id={`${id}-numbers`}>
        <summary>{words.numbers}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.time}</th>
              <th scope="col" class="number">
                {title}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.toReversed().map(({ at, value }) => (
              <tr>
                <th scope="row">
                  <Time at={at} visit={visit} />
                </th>
                <td class="number">{said(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function Ends({ bars, visit }: Pick<ChartProps, "bars" | "visit">) {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <p class="ends quiet">
      <Time at={first.at} visit={visit} /> <Time at={last.at} visit={visit} />
    </p>
  );
}

/** Its whole column can be pointed at; where nobody knows, it is told apart from 0. */
function BarShape(props: { index: number; value: number | undefined; most: number; children: string }) {
  const { index, value, most, children } = props;
  const x = index * WIDTH_OF_BAR;
  const height = value === undefined || value === 0 ? 0 : Math.max(LEAST, Math.round((HEIGHT * value) / most));
  return (
    <g class={value === undefined ? "unknown" : "bar"}>
      <title>{children}</title>
      <rect class="room" x={x} y={0} width={WIDTH_OF_BAR} height={HEIGHT} />
      {height > 0 && <rect x={x} y={HEIGHT - height} width={WIDTH_OF_BAR - GAP} height={height} />}
    </g>
  );
}
