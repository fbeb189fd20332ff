// MobileNets that are known by name: where they lie, how large they are, and what their weights add up to.

export interface KnownBackbone {
  readonly name: string;
  readonly url: string;
  /** Bytes of all weights. */
  readonly bytes: number | null;
  /** SHA-256 of all weights, shards in order; null: nobody has recorded it yet. */
  readonly sha256: string | null;
  readonly licence: string;
  readonly title: string;
}

export const knownBackbones: readonly KnownBackbone[] = [
  {
    name: 'mobilenet_v1_1.0_224',
    url: 'https://storage.googleapis.com/tfjs-models/savedmodel/mobilenet_v1_1.0_224/model.json',
    bytes: 16_968_664,
    sha256: '9a011da5efb592d18c4ecd5dcb7a36f56bdb34727ed8b254175641bb7ed94b2f',
    licence: 'Apache-2.0',
    title: 'MobileNet V1 1.0',
  },
  {
    name: 'mobilenet_v2_1.0_224',
    url: 'https://storage.googleapis.com/tfjs-models/savedmodel/mobilenet_v2_1.0_224/model.json',
    bytes: 14_091_181,
    sha256: '2769bdfb5759eb57aaa20afb795f2586df8b90e4b69d6e23fe804de7ba4f8e41',
    licence: 'Apache-2.0',
    title: 'MobileNet V2 1.0',
  },
  {
    name: 'teachable_machine_v2_0.35_224',
    url: 'https://storage.googleapis.com/teachable-machine-models/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top/model.json',
    bytes: null,
    sha256: null,
    licence: 'Apache-2.0',
    title: 'MobileNet V2 0.35 of Teachable Machine',
  },
];
