// The schema of a chat: who am I, say something, hear what is said.

'use strict';

const { EventEmitter, on } = require('node:events');
const { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } = require('graphql');

const rooms = new EventEmitter().setMaxListeners(0);
const text = new GraphQLNonNull(GraphQLString);
const Message = new GraphQLObjectType({ name: 'Message', fields: { from: { type: text }, text: { type: text } } });

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
      publish: {
        type: Message,
        args: { room: { type: text }, text: { type: text } },
        resolve(root, args, { user }) {
          const message = { from: user, text: args.text };
          rooms.emit(args.room, message);
          return message;
        },
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      messages: { type: Message, args: { room: { type: text } }, subscribe: (root, args) => messages(args.room) },
    },
  }),
});
