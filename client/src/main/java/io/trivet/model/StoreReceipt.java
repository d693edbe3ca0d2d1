package io.trivet.model;

/**
 * A node's word that it has a chunk on stable storage: a MAC over the chunk's name, length and
 * checksums under a key that nodes share, which the leader checks before a record names the chunk.
 * It travels by the client, who can neither make nor change one.
 *
 * @param lossEpoch the node's, when it said so (rule 7)
 * @param key the id of the key
 */
public record StoreReceipt(NodeId node, long lossEpoch, long key, byte[] mac) {}
