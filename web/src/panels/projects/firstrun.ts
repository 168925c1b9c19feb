/**
 * What to paste to see something: the words of an empty page. It names the folder that is served, so that
 * the run lands where the page looks.
 */
export function firstRun(root: string | null, project = 'my-first-project'): string {
  const folder = root === null ? '' : `, dir=${pythonText(root)}`;
  return `import dotscape as wandb
import numpy as np

wandb.init(project=${pythonText(project)}${folder})
wandb.log({"my_embeddings": wandb.Object3D(np.random.randn(500, 64))})
wandb.log({"texts": [f"point {i}" for i in range(500)]})
wandb.finish()`;
}

/** A text as Python writes it: JSON's escapes are Python's too, but for one half of a surrogate pair. */
function pythonText(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
