package io.trivet.gateway.checksum;

import java.util.zip.Checksum;

/**
 * CRC-64/NVME (polynomial ad93d23594c93659, reflected): what newer SDKs of AWS send unless they are
 * told another. By eight tables, eight bytes at once.
 */
final class Crc64Nvme implements Checksum {
    static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;
    private static final int STEP = 8;
    private static final long[][] TABLES = tables();

    private long crc = -1;

    private static long[][] tables() {
        long[][] tables = new long[STEP][256];
        for (int index = 0; index < 256; index++) {
            long value = index;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ POLYNOMIAL;
            }
            tables[0][index] = value;
        }
        for (int table = 1; table < STEP; table++) {
            for (int index = 0; index < 256; index++) {
                long before = tables[table - 1][index];
                tables[table][index] = before >>> 8 ^ tables[0][(int) before & 0xff];
            }
        }
        return tables;
    }

    @Override
    public void update(int b) {
        crc = crc >>> 8 ^ TABLES[0][(int) (crc ^ b) & 0xff];
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        long value = crc;
        int at = offset;
        int end = offset + length;
        for (; at + STEP <= end; at += STEP) {
            long word = value;
            for (int k = 0; k < STEP; k++) {
                word ^= (bytes[at + k] & 0xffL) << (8 * k);
            }
            value = TABLES[7][(int) word & 0xff]
                    ^ TABLES[6][(int) (word >>> 8) & 0xff]
                    ^ TABLES[5][(int) (word >>> 16) & 0xff]
                    ^ TABLES[4][(int) (word >>> 24) & 0xff]
                    ^ TABLES[3][(int) (word >>> 32) & 0xff]
                    ^ TABLES[2][(int) (word >>> 40) & 0xff]
                    ^ TABLES[1][(int) (word >>> 48) & 0xff]
                    ^ TABLES[0][(int) (word >>> 56)];
        }
        for (; at < end; at++) {
            value = value >>> 8 ^ TABLES[0][(int) (value ^ bytes[at]) & 0xff];
        }
        crc = value;
    }

    @Override
    public long getValue() {
        return ~crc;
    }

    @Override
    public void reset() {
        crc = -1;
    }
}
