// The schema of a chat: who am I, say something in a room, hear what is said
// there. By their role users may read a room, write to it, both or neither.

'use strict';

const { EventEmitter, on } = require('node:events');
const { GraphQLError, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } = require('graphql');

const rooms = new EventEmitter().setMaxListeners(0);
const text = new GraphQLNonNull(GraphQLString);
const Message = new GraphQLObjectType({ name: 'Message', fields: { from: { type: text }, room: { type: text }, text: { type: text } } });

const everybody = () => true;
const editors = ({ role }) => role === 'platform_owner';
const rights = new Map([
  ['red', { read: everybody, write: everybody }],
  ['blue', { read: editors, write: editors }],
  ['green', { read: everybody, write: editors }],
]);

const may = (context, deed, room) => rights.get(room)?.[deed](context) ?? false;
const refuse = () => new GraphQLError('Forbidden', { extensions: { code: 'FORBIDDEN' } });

async function* messages(room) {
  for await (const [message] of on(rooms, room)) yield { messages: message };
}

module.exports = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { me: { type: text, resolve: (root, args, { user }) => user } },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      // Never null: where it is refused there is no data at all.
      publish: {
        type: new GraphQLNonNull(Message),
        args: { room: { type: text }, text: { type: text } },
        resolve(root, args, context) {
          if (!may(context, 'write', args.room)) throw refuse();
          const message = { from: context.user, room: args.room, text: args.text };
          rooms.emit(args.room, message);
          return message;
        },
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      messages: {
        type: Message,
        args: { room: { type: text } },
        subscribe(root, args, context) {
          if (!may(context, 'read', args.room)) throw refuse();
          return messages(args.room);
        },
      },
    },
  }),
});
