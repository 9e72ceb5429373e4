import { ceiling } from './ceiling.mjs';
import { growth } from './growth.mjs';
import { heap } from './heap.mjs';
import { idle } from './idle.mjs';
import { octets } from './octets.mjs';
import { parse } from './parse.mjs';
import { receive } from './receive.mjs';
import { webSocket } from './websocket.mjs';
import { echo, send } from './send.mjs';

/** Every scene of a run. A scene has a name, what is done, and the peers that do it; ours is the first of them. */
export function scenesOf(context) {
  const curves = context.isGrowth || context.hasCurves ? growth(context) : [];
  if (context.isGrowth) return curves;
  const scenes = [receive, send, webSocket, echo, ceiling, parse, heap].flatMap((plan) => plan(context));
  const others = [...idle(context), ...(context.isTargets ? [] : octets(context))];
  return [...scenes, ...others, ...curves];
}
