"""Published figures that the studies stand beside, each with its source; test errors in percent."""

from __future__ import annotations

NONE, PRETRAINED, LARGE = "small start", "pretrained", "4 × Glorot"

# Erhan et al., JMLR 11:625 (2010), Fig. 1: medians over 400 seeds, read off the figure (± 0.005);
# five layers without pretraining could not be trained. Layers of 400 to 1,200 units, chosen on
# 10 seeds; denoising autoencoders; batches of one example; 50 + 50 epochs.
ERHAN_1 = {
    NONE: {1: 1.82, 2: 1.76, 3: 1.83, 4: 2.16},
    PRETRAINED: {1: 1.41, 2: 1.36, 3: 1.33, 4: 1.31, 5: 1.37},
}
# The same, Fig. 9, read by eye (± 0.05): layers -> units -> error.
ERHAN_9 = {
    NONE: {
        1: {25: 3.60, 50: 2.68, 100: 2.03, 200: 1.87, 400: 1.85, 800: 1.82},
        2: {25: 3.83, 50: 2.66, 100: 2.12, 200: 1.79, 400: 1.72, 800: 1.78},
        3: {25: 4.24, 50: 3.12, 100: 2.40, 200: 1.90, 400: 1.71, 800: 1.86},
    },
    PRETRAINED: {
        1: {25: 5.70, 50: 4.36, 100: 2.72, 200: 2.10, 400: 1.67, 800: 1.41},
        2: {25: 5.45, 50: 4.07, 100: 2.46, 200: 1.74, 400: 1.51, 800: 1.38},
        3: {25: 5.22, 50: 3.85, 100: 2.13, 200: 1.63, 400: 1.41, 800: 1.32},
    },
}
# Larochelle et al., JMLR 10:1 (2009), Table 3, MNIST-small (10,000 training images), SAA: stacked
# autoassociators without corruption. ± 0.14 to 0.18.
LAROCHELLE_3 = {
    NONE: {1: 4.14, 2: 4.03, 3: 4.24, 4: 4.47},
    PRETRAINED: {1: 3.87, 2: 3.38, 3: 3.37, 4: 3.39},
}
# Vincent et al., JMLR 11:3371 (2010), Table 5, MNIST: a linear SVM on the pixels and on the codes
# of one to three layers of a stacked denoising autoencoder, no fine-tuning.
VINCENT_5 = {0: 5.33, 1: 1.49, 2: 1.24, 3: 1.20}
# Hinton & Salakhutdinov, Science 313:504 (2006), Fig. 2: squared error an image, MNIST test set.
HINTON_AUTOENCODER, HINTON_PCA = 3.00, 13.87
