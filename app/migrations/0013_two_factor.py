from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0012_articles_of_threads')]

    initial = False

    operations = [
        ops.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='recovery_codes', on_delete=OnDelete.CASCADE)),
                ('hash', fields.CharField(unique=True, max_length=64)),
            ],
            options={'table': 'recovery_codes', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One recovery code that is left, as a keyed hash; a used one is gone.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SecondStep',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='second_steps', on_delete=OnDelete.CASCADE)),
                ('hash', fields.CharField(unique=True, max_length=64)),
                ('created_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'second_steps', 'app': 'models', 'pk_attr': 'id', 'table_description': "A browser that gave the right password and has yet to give a code; `hash` is that of its cookie's secret."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='TwoFactor',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='two_factor', on_delete=OnDelete.CASCADE)),
                ('secret', fields.TextField(unique=False)),
                ('since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('last_step', fields.BigIntField(default=0, db_default=0)),
                ('session_id', fields.BigIntField(null=True)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'two_factors', 'app': 'models', 'pk_attr': 'id', 'table_description': "What the codes of a member's app come from, sealed; in force from `since` on, before that it is being set up."},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Member',
            name='two_steps_asked_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AlterModelOptions(
            name='Session',
            options={'table': 'sessions', 'app': 'models', 'indexes': [Index(fields=['member', 'revoked_at'])], 'pk_attr': 'id', 'table_description': 'One sign-in on one device; `confirmed_at` is when its member last proved who they are again.'},
        ),
        ops.AddField(
            model_name='Session',
            name='confirmed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL('CREATE INDEX "fk_recovery_codes_member_id" ON "recovery_codes" ("member_id")'),
        ops.RunSQL('CREATE INDEX "fk_second_steps_member_id" ON "second_steps" ("member_id")'),
    ]
