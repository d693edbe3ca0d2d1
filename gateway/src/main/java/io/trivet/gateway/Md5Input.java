package io.trivet.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bytes on their way, whose MD5 is known when they have ended: S3's ETag. One thread. */
final class Md5Input extends InputStream {
    private final InputStream source;
    private final MessageDigest digest = digest();

    Md5Input(InputStream source) {
        this.source = source;
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int some = source.read(bytes, offset, length);
        if (some > 0) {
            digest.update(bytes, offset, some);
        }
        return some;
    }

    /** Of all bytes that were read, 32 digits. Once. */
    String md5() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
