from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0014_platform_uses')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Invitation',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='invitations', on_delete=OnDelete.CASCADE)),
                ('role', fields.CharField(default='staff', db_default='staff', max_length=12)),
                ('email', fields.CharField(null=True, max_length=254)),
                ('name', fields.CharField(default='', db_default='', max_length=80)),
                ('title', fields.CharField(default='', db_default='', max_length=120)),
                ('welcome', fields.TextField(default='', db_default='', unique=False)),
                ('most_uses', fields.SmallIntField(default=1, db_default=1)),
                ('used', fields.SmallIntField(default=0, db_default=0)),
                ('letters', fields.SmallIntField(default=0, db_default=0)),
                ('invited_by', fields.ForeignKeyField('models.Member', source_field='invited_by_id', null=True, db_constraint=True, to_field='id', related_name='invitations', on_delete=OnDelete.SET_NULL)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('sent_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('opened_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('accepted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reminded_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'invitations', 'app': 'models', 'indexes': [Index(fields=['organisation', 'email']), Index(fields=['organisation', 'created_at']), Index(fields=['reminded_at', 'sent_at'])], 'pk_attr': 'id', 'table_description': 'A way in that somebody opened for a colleague, or, without an address, for up to `most_uses` people.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='InvitationUse',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('invitation', fields.ForeignKeyField('models.Invitation', source_field='invitation_id', db_constraint=True, to_field='id', related_name='uses', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='came_by', on_delete=OnDelete.CASCADE)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('accepted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'invitation_uses', 'app': 'models', 'unique_together': (('invitation', 'member'),), 'indexes': [Index(fields=['member', 'accepted_at'])], 'pk_attr': 'id', 'table_description': 'That a member came by an invitation; it counts from `accepted_at` on, when their mailbox was proven.'},
            bases=['Model'],
        ),
        ops.RunSQL('CREATE INDEX "fk_invitations_invited_by_id" ON "invitations" ("invited_by_id") WHERE "invited_by_id" IS NOT NULL'),
    ]
