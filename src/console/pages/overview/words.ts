import { inBoth } from "../../words/languages.ts";

export const WORDS = inBoth(
  { title: "Overview", connector: "Connector", state: "State", waiting: "Waiting", dead: "Dead" },
  { title: "总览", connector: "连接器", state: "状态", waiting: "等待中", dead: "死信" },
);
