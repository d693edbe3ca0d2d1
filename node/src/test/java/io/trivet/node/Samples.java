package io.trivet.node;

import io.trivet.model.Command;
import io.trivet.model.Query;
import io.trivet.wire.protocol.Request;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One value of every kind of request, command and query, made from its components; paths are {@code
 * /a}, other values small.
 */
public final class Samples {
    private Samples() {}

    public static List<Record> ofEveryKind() {
        return Stream.of(Request.class, Command.class, Query.class)
                .flatMap(kinds -> Arrays.stream(kinds.getPermittedSubclasses()))
                .map(Samples::of)
                .map(Record.class::cast)
                .toList();
    }

    private static Object of(Class<?> type) {
        if (type == String.class) {
            return "a";
        } else if (type == int.class || type == Integer.class) {
            return 1;
        } else if (type == long.class || type == Long.class) {
            return 1L;
        } else if (type == boolean.class || type == Boolean.class) {
            return true;
        } else if (type == byte[].class) {
            return new byte[32];
        } else if (type == io.trivet.model.Sha256.class) {
            return io.trivet.model.Sha256.of(new byte[1]);
        } else if (type == List.class) {
            return List.of();
        } else if (type == java.util.Set.class) {
            return java.util.Set.of();
        } else if (type == java.util.Map.class) {
            return java.util.Map.of();
        } else if (type == UUID.class) {
            return new UUID(1, 1);
        } else if (type == io.trivet.model.Attributes.class) {
            return io.trivet.model.Attributes.NONE;
        } else if (type == Instant.class) {
            return Instant.EPOCH;
        } else if (type == java.time.Duration.class) {
            return java.time.Duration.ZERO;
        } else if (type == io.trivet.model.RemotePath.class) {
            return io.trivet.model.RemotePath.parse("/a");
        } else if (type == io.trivet.model.ChunkSize.class) {
            return io.trivet.model.ChunkSize.DEFAULT;
        } else if (type == io.trivet.model.Layout.class) {
            return new io.trivet.model.Layout(
                    1,
                    1,
                    java.util.Collections.nCopies(io.trivet.model.Slot.COUNT, List.of(new io.trivet.model.NodeId(0))));
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isSealed()) {
            return of(type.getPermittedSubclasses()[0]);
        }
        return ofRecord(type);
    }

    /** Requests for many are for one at least. */
    private static Object ofRecord(Class<?> type) {
        if (type == Request.SubmitAll.class) {
            return new Request.SubmitAll(List.of((io.trivet.model.Operation) of(io.trivet.model.Operation.class)));
        } else if (type == Request.AskAll.class) {
            return new Request.AskAll(List.of((io.trivet.model.Query) of(io.trivet.model.Query.class)));
        } else if (type == Request.StoreChunks.class) {
            return new Request.StoreChunks(List.of((Request.SmallChunk) of(Request.SmallChunk.class)), List.of(), 1);
        } else if (type == io.trivet.wire.credentials.SignedText.class) {
            return new io.trivet.wire.credentials.SignedText(
                    "a",
                    List.of("AWS4-HMAC-SHA256\n20261129T101112Z\n20261129/x/s3/aws4_request\n" + "0".repeat(64)),
                    "0".repeat(64));
        } else if (type == Request.FetchChunks.class) {
            return new Request.FetchChunks(List.of((Request.WantedChunk) of(Request.WantedChunk.class)));
        }
        RecordComponent[] components = type.getRecordComponents();
        if (components == null) {
            throw new IllegalStateException("no sample of " + type);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            boolean needsOne = type == Request.ForwardChunk.class;
            return constructor.newInstance(Arrays.stream(components)
                    .map(component -> needsOne && component.getType() == List.class
                            ? List.of(new io.trivet.model.NodeId(4))
                            : type == Request.FetchChunk.class
                                            && component.getName().equals("offset")
                                    ? Integer.valueOf(0)
                                    : of(component.getType()))
                    .toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no sample of " + type, e);
        }
    }
}
