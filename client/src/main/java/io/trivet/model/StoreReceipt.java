package io.trivet.model;

/**
 * A node's proof that it has a chunk on stable storage: a MAC over the chunk's name, length and
 * checksums under a key that the nodes share. The leader checks it before a record names the chunk.
 * The client carries it and can neither make nor change one.
 *
 * @param lossEpoch the node's, when it made the receipt (rule 7)
 * @param key the id of the key
 */
public record StoreReceipt(NodeId node, long lossEpoch, long key, byte[] mac) {}
