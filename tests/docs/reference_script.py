"""The script that people have, with its import changed and nothing else."""

import dotscape as wandb
import torch
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
embeddings = []
with torch.no_grad():
    for text in texts:
        embeddings.append(model.encode(text))
embeddings_tensor = torch.tensor(embeddings)
wandb.init(project="embedding-visualization-demo")
wandb.log({"my_embeddings": wandb.Object3D(embeddings_tensor.numpy())})
wandb.log({"my_embeddings_pca": wandb.Table(data=PCA(n_components=2).fit_transform(embeddings_tensor.numpy()), columns=["PCA1", "PCA2"])})
wandb.log({"my_embeddings_tsne": wandb.Table(data=TSNE(n_components=2, random_state=42).fit_transform(embeddings_tensor.numpy()), columns=["TSNE1", "TSNE2"])})
wandb.log({"texts": texts})
wandb.finish()
