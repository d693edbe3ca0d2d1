package io.trivet.message;

import io.trivet.model.Command;
import io.trivet.model.RemotePath;

/** Converts changes of files to messages of {@code state.proto} and back. */
final class ChangeCodec {
    private ChangeCodec() {}

    static StateMessages.Command.ChangeFile to(Command.ChangeFile change) {
        return StateMessages.Command.ChangeFile.newBuilder()
                .setFile(StateCodec.to(change.file()))
                .setPath(change.path().toString())
                .setBase(StateCodec.to(change.base()))
                .setSize(change.size())
                .setCrc32C(change.crc32c())
                .setSha256(StateCodec.bytes(change.sha256()))
                .addAllChunks(change.chunks().stream().map(StateCodec::to).toList())
                .setModifiedMs(change.modified().toEpochMilli())
                .setModifiedNanos(StateCodec.nanosOf(change.modified()))
                .addAllRelied(change.relied().stream().map(CommandCodec::to).toList())
                .addAllProofs(change.proofs().stream().map(CommandCodec::to).toList())
                .build();
    }

    static Command.ChangeFile from(StateMessages.Command.ChangeFile message) {
        return new Command.ChangeFile(
                StateCodec.from(message.getFile()),
                RemotePath.parse(message.getPath()),
                StateCodec.from(message.getBase()),
                message.getSize(),
                message.getCrc32C(),
                StateCodec.sha256(message.getSha256()),
                message.getChunksList().stream().map(StateCodec::from).toList(),
                StateCodec.time(message.getModifiedMs(), message.getModifiedNanos()),
                message.getReliedList().stream().map(CommandCodec::from).toList(),
                message.getProofsList().stream().map(CommandCodec::from).toList());
    }
}
