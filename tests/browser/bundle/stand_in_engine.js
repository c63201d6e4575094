// The engine's script with a training that tests understand.

import { serve } from "../../../mint/browser/bundle/static/worker.js";
import { StandInTraining } from "./stand_in_training.js";

export function start() {
  serve(async (command, state) => new StandInTraining(command, state));
}
