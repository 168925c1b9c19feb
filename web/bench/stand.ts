/** Everything of the map in one global, for the bench and the browser tests: `dotscape.Stage` and so on. */
import * as budget from '../src/gpu/budget';
import { createRenderer } from '../src/gpu/renderer';
import { DrawLoop, reportWords } from '../src/gpu/loop';
import { CannotDraw, FLAG } from '../src/gpu/types';
import { Stage } from '../src/interact/stage';
import * as camera from '../src/math/camera';
import * as cameratext from '../src/math/cameratext';
import * as fit from '../src/math/fit';
import * as packed from '../src/math/packed';
import * as pick from '../src/math/pick';
import { PickGrid } from '../src/math/pickgrid';
import * as project from '../src/math/project';
import * as synthetic from './synthetic';

const dotscape = {
  ...budget,
  ...camera,
  ...cameratext,
  ...fit,
  ...packed,
  ...pick,
  ...project,
  ...synthetic,
  CannotDraw,
  createRenderer,
  DrawLoop,
  FLAG,
  PickGrid,
  reportWords,
  Stage,
};

declare global {
  interface Window {
    dotscape: typeof dotscape;
  }
}

window.dotscape = dotscape;
