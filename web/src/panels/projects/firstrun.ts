/** What to paste to see something: the words of an empty page. */
export const FIRST_RUN = `import dotscape as wandb
import numpy as np

wandb.init(project="my-first-project")
wandb.log({"my_embeddings": wandb.Object3D(np.random.randn(500, 64))})
wandb.log({"texts": [f"point {i}" for i in range(500)]})
wandb.finish()`;

export const firstRunOf = (project: string): string =>
  FIRST_RUN.replace('"my-first-project"', JSON.stringify(project));
