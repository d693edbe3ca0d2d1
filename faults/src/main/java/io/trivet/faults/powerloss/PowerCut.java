package io.trivet.faults.powerloss;

import java.util.List;
import java.util.Random;

/** Decides what survives on a file system after its power was cut. */
final class PowerCut {
    private static final int SECTORS = Blocks.BYTES / Blocks.SECTOR_BYTES;

    /** Makes the random numbers of consecutive seeds differ from the beginning. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Tree tree;
    private final SurvivalPolicy survival;
    private final Random random;

    PowerCut(Tree tree, SurvivalPolicy survival, long seed) {
        this.tree = tree;
        this.survival = survival;
        this.random = new Random(seed * SPREAD);
    }

    /** Afterwards the tree is as after a start. */
    void apply() {
        int journaled = tree.journaledChanges();
        kept(tree.takePending(), journaled).forEach(NameChange::commit);
        for (Inode.File file : tree.files()) {
            if (file.dirty && survival != SurvivalPolicy.STRICT) {
                file.durable = mixed(file.durable, file.bytes);
            }
            file.bytes = file.durable.copy();
            file.dirty = false;
        }
        tree.restart();
    }

    private List<NameChange> kept(List<NameChange> pending, int journaled) {
        return switch (survival) {
            case STRICT -> List.of();
            case JOURNAL -> pending.subList(0, journaled + random.nextInt(pending.size() - journaled + 1));
            case ORDERED -> pending.subList(0, random.nextInt(pending.size() + 1));
            case LOOSE -> {
                double part = random.nextDouble();
                yield pending.stream().filter(_ -> random.nextDouble() < part).toList();
            }
        };
    }

    /** The order in which a file's blocks had reached the disk. */
    private enum Reached {
        NONE,
        ALL,
        THE_FIRST,
        ANY
    }

    private FileBytes mixed(FileBytes old, FileBytes young) {
        FileBytes mixed = new FileBytes();
        mixed.resize(size(old.size(), young.size()));
        Reached reached = Reached.values()[random.nextInt(Reached.values().length)];
        int count = Math.toIntExact(Math.ceilDiv(mixed.size(), Blocks.BYTES));
        int some = random.nextInt(count + 1);
        for (int index = 0; index < count; index++) {
            mixed.put(index, block(old.block(index), young.block(index), reached, index - some));
        }
        clearBehindTheEnd(mixed);
        return mixed;
    }

    private long size(long old, long young) {
        return switch (random.nextInt(3)) {
            case 0 -> old;
            case 1 -> young;
            default -> Math.min(old, young) + random.nextLong(Math.abs(old - young) + 1);
        };
    }

    private int block(int old, int young, Reached reached, int fromBorder) {
        if (old == young) {
            return old;
        }
        return switch (reached) {
            case NONE -> old;
            case ALL -> young;
            case THE_FIRST -> fromBorder < 0 ? young : fromBorder > 0 ? old : tornInOrder(old, young);
            case ANY ->
                switch (random.nextInt(3)) {
                    case 0 -> old;
                    case 1 -> young;
                    default -> torn(old, young);
                };
        };
    }

    private int tornInOrder(int old, int young) {
        int border = random.nextInt(SECTORS + 1);
        int block = copy(old);
        for (int sector = 0; sector < border; sector++) {
            copySector(young, block, sector);
        }
        return block;
    }

    private int torn(int old, int young) {
        int block = copy(old);
        for (int sector = 0; sector < SECTORS; sector++) {
            if (random.nextBoolean()) {
                copySector(young, block, sector);
            }
        }
        return block;
    }

    private int copy(int of) {
        int block = tree.takeBlock();
        if (of != Blocks.HOLE) {
            tree.blocks().at(block).copyFrom(tree.blocks().at(of));
        }
        return block;
    }

    private void copySector(int from, int to, int sector) {
        long offset = (long) sector * Blocks.SECTOR_BYTES;
        var target = tree.blocks().at(to).asSlice(offset, Blocks.SECTOR_BYTES);
        if (from == Blocks.HOLE) {
            target.fill((byte) 0);
        } else {
            target.copyFrom(tree.blocks().at(from).asSlice(offset, Blocks.SECTOR_BYTES));
        }
    }

    private void clearBehindTheEnd(FileBytes bytes) {
        int last = (int) (bytes.size() / Blocks.BYTES);
        int within = (int) (bytes.size() % Blocks.BYTES);
        if (within > 0 && bytes.block(last) != Blocks.HOLE) {
            int block = copy(bytes.block(last));
            tree.blocks().at(block).asSlice(within).fill((byte) 0);
            bytes.put(last, block);
        }
    }
}
