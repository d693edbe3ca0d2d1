package io.trivet.gateway.checksum;

/** Takes bytes one after the other. One thread. */
public interface RunningChecksum {
    void update(byte[] from, int offset, int length);

    /** Of all bytes, most significant byte first. Once. */
    byte[] finish();
}
