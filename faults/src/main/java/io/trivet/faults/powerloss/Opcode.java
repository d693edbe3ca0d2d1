package io.trivet.faults.powerloss;

/** The numbers of the kernel's requests. */
final class Opcode {
    static final int LOOKUP = 1;
    static final int FORGET = 2;
    static final int GET_ATTRIBUTES = 3;
    static final int SET_ATTRIBUTES = 4;
    static final int MAKE_NODE = 8;
    static final int MAKE_DIRECTORY = 9;
    static final int UNLINK = 10;
    static final int REMOVE_DIRECTORY = 11;
    static final int RENAME = 12;
    static final int LINK = 13;
    static final int OPEN = 14;
    static final int READ = 15;
    static final int WRITE = 16;
    static final int STATFS = 17;
    static final int RELEASE = 18;
    static final int FSYNC = 20;
    static final int INIT = 26;
    static final int OPEN_DIRECTORY = 27;
    static final int READ_DIRECTORY = 28;
    static final int RELEASE_DIRECTORY = 29;
    static final int FSYNC_DIRECTORY = 30;
    static final int CREATE = 35;
    static final int INTERRUPT = 36;
    static final int BATCH_FORGET = 42;
    static final int ALLOCATE = 43;
    static final int RENAME2 = 45;

    private Opcode() {}

    static boolean isUnanswered(int opcode) {
        return opcode == FORGET || opcode == BATCH_FORGET || opcode == INTERRUPT;
    }
}
