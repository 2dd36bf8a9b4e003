from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0015_invitations')]

    initial = False

    operations = [
        ops.CreateModel(
            name='KnownDevice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='known_devices', on_delete=OnDelete.CASCADE)),
                ('hash', fields.CharField(unique=True, max_length=64)),
                ('session_id', fields.BigIntField()),
                ('seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'known_devices', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A browser in which a member has signed in before; `hash` is keyed, and another one for each member.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Passkey',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='passkeys', on_delete=OnDelete.CASCADE)),
                ('credential', fields.CharField(unique=True, max_length=1400)),
                ('handle', fields.CharField(max_length=64)),
                ('public_key', fields.TextField(unique=False)),
                ('counter', fields.BigIntField(default=0, db_default=0)),
                ('name', fields.CharField(max_length=80)),
                ('is_synced', fields.BooleanField(default=False, db_default=False)),
                ('transports', fields.CharField(default='', db_default='', max_length=80)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'passkeys', 'app': 'models', 'pk_attr': 'id', 'table_description': "The public half of a passkey; the other half never leaves the member's device or password manager."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SpentChallenge',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('hash', fields.CharField(unique=True, max_length=64)),
                ('spent_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'spent_challenges', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A challenge that a passkey has answered, until it would have expired by itself: none is answered twice.'},
            bases=['Model'],
        ),
        ops.RunSQL('CREATE INDEX "fk_passkeys_member_id" ON "passkeys" ("member_id")'),
        ops.RunSQL('CREATE INDEX "fk_known_devices_member_id" ON "known_devices" ("member_id")'),
    ]
